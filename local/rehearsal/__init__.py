"""The rehearsal: the package that goes to AWS, deployed on this machine and used from outside.

`python -m local.rehearsal` packages this checkout for this machine's processor, deploys it with
CloudFormation on an emulator that checks every call against the functions' policies, plays a short
day of a shop, and reads back what came of it.
"""

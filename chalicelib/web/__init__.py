"""What all HTTP handlers share: the app, who may call what, bodies in, answers and errors out."""

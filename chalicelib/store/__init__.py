"""DynamoDB: keys, codec, the one commit, and the queries that exist (`docs/data.md`)."""

from debian:12-slim
copy a /a
user 1000

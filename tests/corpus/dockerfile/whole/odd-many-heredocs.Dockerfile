# syntax=docker/dockerfile:1
FROM debian:12-slim
COPY <<A <<B /etc/
one
A
two
B
RUN python3 <<PY
import os
print("apt-get install x")
PY

FROM debian:12-slim
RUN apt-get install -y --allow-unauthenticated foo=1

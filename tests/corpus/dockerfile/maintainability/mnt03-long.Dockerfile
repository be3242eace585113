FROM debian:12-slim
RUN apt-get update && apt-get install -y a b c d e f g

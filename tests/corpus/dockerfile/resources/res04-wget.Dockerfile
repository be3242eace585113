FROM debian:12-slim
RUN wget https://example.com/1.0/x

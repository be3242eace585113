FROM alpine:3.22
RUN wget -q https://example.com/releases/latest/download/x

FROM alpine:3.22
FROM debian:12-slim

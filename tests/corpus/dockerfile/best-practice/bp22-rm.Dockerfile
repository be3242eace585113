FROM debian:12-slim
ARG DIR
RUN rm -rf $DIR/*

FROM alpine:3.22
RUN echo a \
  # why
  && echo b

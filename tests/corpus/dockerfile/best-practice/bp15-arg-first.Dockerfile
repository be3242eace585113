# a comment
ARG V=3.22
FROM alpine:$V
ONBUILD RUN echo hi

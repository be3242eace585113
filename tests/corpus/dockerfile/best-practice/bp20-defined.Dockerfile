ARG TAG=12
FROM debian:${TAG}-slim
ARG APP=/app
ENV HOME_DIR=$APP/home PATH=/x:$PATH
COPY x ${MISSING:-/y}/
WORKDIR $HOME_DIR
LABEL a='$literal' b="\$escaped"

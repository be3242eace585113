FROM debian:12-slim
RUN bash -c 'source /x && [[ -f /y ]]'

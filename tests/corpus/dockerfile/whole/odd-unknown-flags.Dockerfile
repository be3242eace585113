FROM debian:12-slim
COPY --newthing=1 --exclude=*.md --parents a/b c/ /x/
ADD --unpack=true https://example.com/a-1.0.tar.gz /x/
RUN --device=nvidia.com/gpu=all true

FROM debian:12-slim
ARG VERSION=1.2.3
RUN set -eux; cd /src; make -j"$(nproc)"; test -f /x || exit 1; for f in a b; do install "$f" /x; done
RUN curl -fsSL https://example.com/$VERSION/x | tar xz && [ -f x ] && chmod +x x || true

FROM debian:12-slim
RUN wget -q https://example.com/1.0/x && wget --progress=dot:giga https://example.com/1.0/y && wget -nv https://example.com/1.0/z

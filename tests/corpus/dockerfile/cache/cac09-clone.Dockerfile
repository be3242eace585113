FROM debian:12-slim
RUN git clone https://example.com/tool.git /src

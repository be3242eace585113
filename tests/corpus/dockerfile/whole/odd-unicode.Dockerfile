FROM debian:12-slim
LABEL description="示例镜像 — ünïcode 🐳"
RUN echo "你好"

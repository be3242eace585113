FROM debian:12-slim
COPY llama.gguf /models/

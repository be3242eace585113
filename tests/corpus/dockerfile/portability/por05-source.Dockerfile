FROM debian:12-slim
RUN source /venv/bin/activate && make

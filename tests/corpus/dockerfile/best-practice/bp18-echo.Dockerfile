FROM debian:12-slim
RUN echo x | tee /n

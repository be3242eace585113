FROM python:3.13-slim
RUN pip3 install --no-cache-dir flask==3.1.0

FROM python:3.13-slim
RUN pip install --no-cache-dir --trusted-host pypi.example.com x==1.0

FROM python:3.13-alpine
RUN pip install --no-cache-dir torch==2.6.0

FROM python:3.13-slim
RUN python -m pip install flask==3.1.0

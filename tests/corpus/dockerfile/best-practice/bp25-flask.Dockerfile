FROM python:3.13-slim
CMD ["flask", "run", "--host=0.0.0.0"]

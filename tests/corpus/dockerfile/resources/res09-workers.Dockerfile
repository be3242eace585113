FROM python:3.13-slim
CMD ["gunicorn", "-w", "4", "app:app"]

"""Uses a daemon through the official Ollama SDK, as its documentation shows, and prints what it got as JSON."""

import json
import sys

import ollama

host, model = sys.argv[1:]
client = ollama.Client(host=host)
short = {"num_predict": 12, "temperature": 0}
messages = [{"role": "user", "content": "Name one animal."}]
found = {}

found["list"] = [entry.model for entry in client.list().models]

shown = client.show(model)
found["show"] = {
    "capabilities": shown.capabilities,
    "architecture": shown.modelinfo["general.architecture"],
    "modified": shown.modified_at.isoformat(),
}

answer = client.chat(model=model, messages=messages, options=short)
found["chat"] = {
    "content": answer.message.content,
    "reason": answer.done_reason,
    "counts": [answer.prompt_eval_count, answer.eval_count, answer.total_duration, answer.load_duration],
}

parts = list(client.chat(model=model, messages=messages, options=short, stream=True))
found["stream"] = "".join(part.message.content for part in parts)

first = client.generate(model=model, prompt="Say hello.", options=short)
second = client.generate(model=model, prompt="Again.", context=first.context, options=short)
found["generate"] = [first.response, second.response]

schema = {
    "type": "object",
    "properties": {"legs": {"type": "integer", "minimum": 0, "maximum": 8}},
    "required": ["legs"],
    "additionalProperties": False,
}
shaped = client.chat(model=model, messages=messages, format=schema, options={"num_predict": 60, "temperature": 0})
found["format"] = json.loads(shaped.message.content)


def weather(city: str) -> str:
    """Weather of a city.

    Args:
      city: its name
    """
    return "rain in " + city


called = client.chat(model=model, messages=messages, tools=[weather], options={"num_predict": 40, "temperature": 0})
found["tools"] = [dict(call.function.arguments) for call in called.message.tool_calls or []]

client.create(model="python-made", from_=model, system="Be brief.", parameters={"temperature": 0})
client.copy("python-made", "python-copy")
found["made"] = sorted(entry.model for entry in client.list().models)
client.delete("python-copy")
client.delete("python-made")
found["left"] = [entry.model for entry in client.list().models]

found["ps"] = [[row.model, row.expires_at.isoformat(), row.context_length] for row in client.ps().models]
found["unload"] = client.generate(model=model, prompt="", keep_alive=0).done_reason

try:
    client.chat(model="not-here", messages=messages)
except ollama.ResponseError as error:
    found["missing"] = [error.status_code, error.error]

try:
    client.embed(model=model, input="hello")
except ollama.ResponseError as error:
    found["embed"] = error.status_code

print(json.dumps(found))

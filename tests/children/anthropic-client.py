"""Uses a daemon through Anthropic's official SDK, as its documentation shows, and prints what it got as JSON."""

import json
import sys

import anthropic

url, model = sys.argv[1:]
client = anthropic.Anthropic(base_url=url, api_key="not-needed", max_retries=0)
messages = [{"role": "user", "content": "Name one animal."}]
weather = {
    "name": "get_weather",
    "description": "The weather in a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"enum": ["Paris", "London"]}},
        "required": ["city"],
        "additionalProperties": False,
    },
}
found = {}

message = client.messages.create(model=model, max_tokens=12, messages=messages)
usage = message.usage
found["message"] = {
    "text": message.content[0].text,
    "reason": message.stop_reason,
    "input": usage.input_tokens + usage.cache_read_input_tokens,
    "output": usage.output_tokens,
}
found["count"] = client.messages.count_tokens(model=model, messages=messages).input_tokens

with client.messages.stream(model=model, max_tokens=12, messages=messages) as stream:
    text = "".join(stream.text_stream)
    final = stream.get_final_message()
found["stream"] = {"text": text, "final": final.content[0].text, "reason": final.stop_reason}

with client.messages.stream(
    model=model, max_tokens=100, messages=messages, tools=[weather], tool_choice={"type": "any"}
) as stream:
    called = stream.get_final_message()
found["call"] = {"name": called.content[0].name, "input": called.content[0].input, "reason": called.stop_reason}

found["models"] = [entry.id for entry in client.models.list()]
try:
    client.messages.create(model="ai/not-here", max_tokens=1, messages=messages)
except anthropic.NotFoundError as error:
    found["missing"] = [error.status_code, error.body["error"]["type"]]

print(json.dumps(found))

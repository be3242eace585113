import { createHash } from 'node:crypto';
import type { Texts } from './types.ts';

/** Raised when the text says something that nobody has agreed to yet. */
export const termsVersion = 1;

export const terms: Texts = {
  en: [
    'What the assistant does: it answers questions about Docker on this machine. To do so it reads containers, images, logs and files of the folder you work in.',
    'What it may do: anything that changes something happens only after you approve it, unless you set rules or a mode that say otherwise. A model can be wrong: read what you approve.',
    'Where your data goes: with a model on this machine, or without any, nothing leaves it. With a model behind a URL, what leaves is shown before the first use. Secrets are removed before any model sees them. There is no telemetry.',
    'What is kept: sessions and your feedback, in ~/.gantry/assistant on this machine, until you erase them (gantry ai sessions rm). Switching the assistant off keeps them.',
  ].join('\n'),
  zh: [
    '助手做什么：回答与本机 Docker 有关的问题。为此它会读取容器、镜像、日志，以及你所在文件夹中的文件。',
    '它可以做什么：任何改动都要先经你批准，除非你设置了另外的规则或模式。模型可能出错：批准前请看清内容。',
    '你的数据去哪里：使用本机模型或不使用模型时，数据不会离开本机。使用某个 URL 上的模型时，首次使用前会显示哪些内容会离开。任何模型看到内容之前，机密信息都会被去除。没有遥测。',
    '保留什么：会话和你的反馈保存在本机的 ~/.gantry/assistant 中，直到你清除它们（gantry ai sessions rm）。停用助手不会删除它们。',
  ].join('\n'),
};

/** What leaves this machine with a remote model. Another address or model is another disclosure. */
export function disclosureFor({ url, model }: { readonly url: string; readonly model: string }): {
  readonly id: string;
  readonly text: Texts;
} {
  const id = createHash('sha256').update(`${url}\n${model}`).digest('hex').slice(0, 16);
  return {
    id,
    text: {
      en: `The model ${model} is not on this machine. Sent to ${url}: your questions and what you attach, the names and states of containers, images, volumes and networks, and what tools read for an answer, such as logs and files of the folder you work in. Secrets that are recognised are removed first. What happens to it there is up to whoever runs that server.`,
      zh: `模型 ${model} 不在本机上。以下内容会发送到 ${url}：你的问题和附件；容器、镜像、卷和网络的名称与状态；以及工具为回答问题而读取的内容，例如日志和你所在文件夹中的文件。识别出的机密信息会先被去除。数据到达后如何处理，取决于该服务器的运营者。`,
    },
  };
}

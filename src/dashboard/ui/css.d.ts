/** Style sheets of libraries come as text: the page's policy wants a nonce on what they are put into. */
declare module '*.css' {
  const text: string;
  // oxlint-disable-next-line import/no-default-export -- this is how the bundler gives a file that is no module
  export default text;
}

interface BlockLayout {
  readonly elements: number;
  readonly bytes: number;
}

/** How many elements share one block of how many bytes, by ggml type number. Types missing here are newer than this table. */
export function blockLayout(type: number): BlockLayout | undefined {
  return layouts.get(type);
}

const layouts = new Map<number, BlockLayout>(
  (
    [
      [0, 1, 4], // F32
      [1, 1, 2], // F16
      [2, 32, 18], // Q4_0
      [3, 32, 20], // Q4_1
      [6, 32, 22], // Q5_0
      [7, 32, 24], // Q5_1
      [8, 32, 34], // Q8_0
      [9, 32, 36], // Q8_1
      [10, 256, 84], // Q2_K
      [11, 256, 110], // Q3_K
      [12, 256, 144], // Q4_K
      [13, 256, 176], // Q5_K
      [14, 256, 210], // Q6_K
      [15, 256, 292], // Q8_K
      [16, 256, 66], // IQ2_XXS
      [17, 256, 74], // IQ2_XS
      [18, 256, 98], // IQ3_XXS
      [19, 256, 50], // IQ1_S
      [20, 32, 18], // IQ4_NL
      [21, 256, 110], // IQ3_S
      [22, 256, 82], // IQ2_S
      [23, 256, 136], // IQ4_XS
      [24, 1, 1], // I8
      [25, 1, 2], // I16
      [26, 1, 4], // I32
      [27, 1, 8], // I64
      [28, 1, 8], // F64
      [29, 256, 56], // IQ1_M
      [30, 1, 2], // BF16
      [34, 256, 54], // TQ1_0
      [35, 256, 66], // TQ2_0
      [39, 32, 17], // MXFP4
      [40, 64, 36], // NVFP4
      [41, 128, 18], // Q1_0
    ] as const
  ).map(([type, elements, bytes]) => [type, { elements, bytes }]),
);

// llama.cpp marks a file type it derived from the tensors with this bit.
const guessedBit = 1024;

/** Name of `general.file_type` as model configs spell it, e.g. `MOSTLY_Q4_K_M`. */
export function fileTypeName(fileType: number): string | undefined {
  return fileTypes.get(fileType & ~guessedBit);
}

const fileTypes = new Map<number, string>([
  [0, 'ALL_F32'],
  [1, 'MOSTLY_F16'],
  [2, 'MOSTLY_Q4_0'],
  [3, 'MOSTLY_Q4_1'],
  [4, 'MOSTLY_Q4_1_SOME_F16'],
  [5, 'MOSTLY_Q4_2'],
  [6, 'MOSTLY_Q4_3'],
  [7, 'MOSTLY_Q8_0'],
  [8, 'MOSTLY_Q5_0'],
  [9, 'MOSTLY_Q5_1'],
  [10, 'MOSTLY_Q2_K'],
  [11, 'MOSTLY_Q3_K_S'],
  [12, 'MOSTLY_Q3_K_M'],
  [13, 'MOSTLY_Q3_K_L'],
  [14, 'MOSTLY_Q4_K_S'],
  [15, 'MOSTLY_Q4_K_M'],
  [16, 'MOSTLY_Q5_K_S'],
  [17, 'MOSTLY_Q5_K_M'],
  [18, 'MOSTLY_Q6_K'],
  [19, 'MOSTLY_IQ2_XXS'],
  [20, 'MOSTLY_IQ2_XS'],
  [21, 'MOSTLY_Q2_K_S'],
  [22, 'MOSTLY_IQ3_XS'],
  [23, 'MOSTLY_IQ3_XXS'],
  [24, 'MOSTLY_IQ1_S'],
  [25, 'MOSTLY_IQ4_NL'],
  [26, 'MOSTLY_IQ3_S'],
  [27, 'MOSTLY_IQ3_M'],
  [28, 'MOSTLY_IQ2_S'],
  [29, 'MOSTLY_IQ2_M'],
  [30, 'MOSTLY_IQ4_XS'],
  [31, 'MOSTLY_IQ1_M'],
  [32, 'MOSTLY_BF16'],
  [33, 'MOSTLY_Q4_0_4_4'],
  [34, 'MOSTLY_Q4_0_4_8'],
  [35, 'MOSTLY_Q4_0_8_8'],
  [36, 'MOSTLY_TQ1_0'],
  [37, 'MOSTLY_TQ2_0'],
  [38, 'MOSTLY_MXFP4_MOE'],
  [39, 'MOSTLY_NVFP4'],
  [40, 'MOSTLY_Q1_0'],
]);

/** The property extension of our trend reports: its definition is the same at every hub, and so is its id. */
export const TREND_EXTENSION = 'extension-definition--cd5230ba-4229-4a11-ab86-4251342399eb';

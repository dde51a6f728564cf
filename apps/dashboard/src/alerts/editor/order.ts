/** What is said of an input stands below it: those beside one another begin and end at one height. */
export const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

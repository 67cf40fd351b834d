/* Keeps the ELF note of stamp.c in a Swift plugin even where the linker drops unreferenced objects. */
#ifndef OTE_STAMP_H
#define OTE_STAMP_H
const void *ote_stamp_anchor(void);
#endif

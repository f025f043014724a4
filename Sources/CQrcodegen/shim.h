#include <qrcodegen/qrcodegen.h>

/* The macro is not seen from Swift. */
static const int qrcodegen_buffer_length = qrcodegen_BUFFER_LEN_MAX;

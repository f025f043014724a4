#include <curl/curl.h>

/* curl_easy_setopt and curl_easy_getinfo take any number of arguments, which Swift does not call: one function a kind of value. */

static inline CURLcode curl_set_long(CURL *curl, CURLoption option, long value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode curl_set_text(CURL *curl, CURLoption option, const char *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode curl_set_list(CURL *curl, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode curl_set_reader(CURL *curl, curl_read_callback read, void *context) {
    curl_easy_setopt(curl, CURLOPT_READDATA, context);
    return curl_easy_setopt(curl, CURLOPT_READFUNCTION, read);
}

static inline CURLcode curl_set_writer(CURL *curl, curl_write_callback write, void *context) {
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, context);
    return curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, write);
}

static inline CURLcode curl_set_opener(CURL *curl, curl_opensocket_callback open, void *context) {
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, context);
    return curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open);
}

/* The status of an HTTP answer, or the last reply code of an SMTP server; 0 when nothing came. */
static inline long curl_status(CURL *curl) {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

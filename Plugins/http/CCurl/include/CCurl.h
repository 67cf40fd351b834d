// libcurl, with its variadic functions as plain ones: Swift cannot call those.
#ifndef OTE_CCURL_H
#define OTE_CCURL_H

#include <curl/curl.h>

CURLcode ote_curl_set_number(CURL *easy, CURLoption option, long value);
CURLcode ote_curl_set_size(CURL *easy, CURLoption option, curl_off_t value);
/// libcurl copies the text.
CURLcode ote_curl_set_text(CURL *easy, CURLoption option, const char *value);
/// A pointer that has to stay valid while the handle is used.
CURLcode ote_curl_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode ote_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value);
CURLcode ote_curl_set_write(CURL *easy, CURLoption option, curl_write_callback call);
CURLcode ote_curl_set_read(CURL *easy, curl_read_callback call);
/// Asked all the time while a transfer lasts; what is not 0 ends it. `context` is its first argument.
CURLcode ote_curl_set_progress(CURL *easy, curl_xferinfo_callback call, void *context);
CURLcode ote_curl_set_seek(CURL *easy, curl_seek_callback call);
CURLcode ote_curl_get_number(CURL *easy, CURLINFO what, long *value);
CURLMcode ote_curl_multi_set_number(CURLM *multi, CURLMoption option, long value);
/// What the transfer ended with, once there is a message for it; 0 while there is none.
int ote_curl_multi_result(CURLM *multi, CURL *easy, CURLcode *result);

#endif

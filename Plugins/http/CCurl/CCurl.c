// Plain functions over the variadic ones of libcurl.
#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"

CURLcode ote_curl_set_number(CURL *easy, CURLoption option, long value) { return curl_easy_setopt(easy, option, value); }

CURLcode ote_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

CURLcode ote_curl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

CURLcode ote_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

CURLcode ote_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

CURLcode ote_curl_set_write(CURL *easy, CURLoption option, curl_write_callback call) {
  return curl_easy_setopt(easy, option, call);
}

CURLcode ote_curl_set_read(CURL *easy, curl_read_callback call) {
  return curl_easy_setopt(easy, CURLOPT_READFUNCTION, call);
}

CURLcode ote_curl_set_progress(CURL *easy, curl_xferinfo_callback call, void *context) {
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, context);
  return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, call);
}

CURLcode ote_curl_set_seek(CURL *easy, curl_seek_callback call) {
  return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, call);
}

CURLcode ote_curl_get_number(CURL *easy, CURLINFO what, long *value) { return curl_easy_getinfo(easy, what, value); }

CURLMcode ote_curl_multi_set_number(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

int ote_curl_multi_result(CURLM *multi, CURL *easy, CURLcode *result) {
  int left = 0;
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
    if (message->msg == CURLMSG_DONE && message->easy_handle == easy) {
      *result = message->data.result;
      return 1;
    }
  }
  return 0;
}

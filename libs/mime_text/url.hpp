// URLs in running text and in links: taken apart for the spam filter, without judging them valid.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace scop::mime_text {

struct Url {
  std::string scheme;  // lower case; "" where only "www." showed that it is one
  std::string user;    // "paypal.com" in http://paypal.com@evil.example/
  std::string host;    // lower case, percent signs resolved
  std::string port;
  std::string path;  // with query
  bool operator==(const Url&) const = default;
};

// nullopt-like: an empty host (or for mailto: the address's domain) says that it is none.
Url parse_url(std::string_view text);

// http://…, https://…, ftp://…, www.…, mailto:… found in text; at most `most`.
std::vector<std::string_view> find_urls(std::string_view text, std::size_t most);

}  // namespace scop::mime_text

// LF line ends (mailboxes on disk) as CRLF, across chunks.
#pragma once

#include <string>
#include <string_view>

namespace scop::spamfilter {

class LineEnds {
 public:
  std::string as_crlf(std::string_view chunk);

 private:
  char last_ = '\0';
};

}  // namespace scop::spamfilter

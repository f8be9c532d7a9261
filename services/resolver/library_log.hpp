// What libunbound writes to its log, which is one for the whole process: the reason of a SERVFAIL comes no
// other way. Its threads write, ours takes; bounded, the oldest goes.
#pragma once

#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace scop::resolver {

class LibraryLog {
 public:
  LibraryLog();
  LibraryLog(const LibraryLog&) = delete;
  LibraryLog& operator=(const LibraryLog&) = delete;
  ~LibraryLog();

  std::FILE* file() const { return file_; }  // for ub_ctx_debugout(); nullptr where none could be opened

  // The latest reason for this question, "upstream server timeout …"; taken once. `name` and `type` as the
  // library writes them: "mx.example." "MX".
  std::string take_reason(std::string_view name, std::string_view type);
  // What else it has said since the last time: complaints about its configuration, mostly. At most 2,000
  // octets.
  std::string take_complaints();

  void write(std::string_view octets);  // lines in pieces

 private:
  void read_line(std::string_view line);

  struct Reason {
    std::string question;  // "mx.example. MX IN"
    std::string why;
  };
  std::FILE* file_ = nullptr;
  std::mutex mutex_;
  std::string line_;
  std::deque<Reason> reasons_;
  std::string complaints_;
};

}  // namespace scop::resolver

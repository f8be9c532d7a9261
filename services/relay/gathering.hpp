// A message's octets while they arrive: header and small bodies in memory, a large body in a spool file.
#pragma once

#include <optional>
#include <string>

#include "asio/task.hpp"
#include "files/pool.hpp"
#include "files/spool.hpp"

namespace scop::relay {

class Gathering {
 public:
  Gathering(files::Pool& pool, const files::Spool& spool, std::string stem)
      : pool_(pool), spool_(spool), stem_(std::move(stem)) {}

  // too_large: the header is; exhausted: the disk is full.
  Task<Outcome<>> add(std::string octets);
  // Makes the spool file durable, where there is one, and settles where the header ends.
  Task<Outcome<>> finish();

  // Behind finish(); the empty line belongs to the header, and is added where the message had none.
  std::string_view header() const { return std::string_view(octets_).substr(0, body_at_); }
  std::string_view body() const { return std::string_view(octets_).substr(body_at_); }
  bool is_spooled() const { return file_.has_value(); }
  const std::string& spool_name() const { return file_->name(); }
  void keep_spool() { static_cast<void>(std::move(*file_).keep()); }

 private:
  Task<Outcome<>> append(std::string octets);

  files::Pool& pool_;
  const files::Spool& spool_;
  std::string stem_;
  std::string octets_;  // all of it, or the header where the body is spooled
  std::size_t searched_ = 0;
  std::size_t body_at_ = std::string::npos;
  std::optional<files::SpoolFile> file_;
};

}  // namespace scop::relay

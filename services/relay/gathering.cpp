#include "gathering.hpp"

#include "limits.hpp"
#include "message/header.hpp"

namespace scop::relay {

Task<Outcome<>> Gathering::add(std::string octets) {
  if (file_) co_return co_await append(std::move(octets));
  octets_ += octets;
  if (body_at_ == std::string::npos) {
    body_at_ = message::find_body(octets_, searched_);
    searched_ = octets_.size();
    const auto header = std::min(body_at_, octets_.size());
    if (header > limits::header_octets) co_return failure(ErrorKind::too_large, "the header is too large");
  }
  if (body_at_ == std::string::npos || octets_.size() <= limits::in_row) co_return Outcome<>{};
  auto made = co_await pool_.run<files::SpoolFile>([this] { return spool_.create(stem_); });
  if (!made) co_return std::unexpected(std::move(made.error()));
  file_.emplace(std::move(*made));
  auto body = octets_.substr(body_at_);
  octets_.resize(body_at_);
  co_return co_await append(std::move(body));
}

Task<Outcome<>> Gathering::append(std::string octets) {
  auto done = co_await pool_.run<bool>([this, octets = std::move(octets)]() -> Outcome<bool> {
    if (auto written = file_->append(octets); !written) return std::unexpected(std::move(written.error()));
    return true;
  });
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return Outcome<>{};
}

Task<Outcome<>> Gathering::finish() {
  if (body_at_ == std::string::npos) {
    octets_ += "\r\n";
    body_at_ = octets_.size();
  }
  if (!file_) co_return Outcome<>{};
  auto done = co_await pool_.run<bool>([this]() -> Outcome<bool> {
    if (auto synced = file_->sync(); !synced) return std::unexpected(std::move(synced.error()));
    return true;
  });
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return Outcome<>{};
}

}  // namespace scop::relay

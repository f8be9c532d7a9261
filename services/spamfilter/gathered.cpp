#include "spamfilter/gathered.hpp"

#include "message/header.hpp"

namespace scop::spamfilter {

bool Memory::take(std::uint64_t octets) {
  if (used_ + octets > most_) return false;
  used_ += octets;
  return true;
}

bool Gathered::take(std::size_t octets) {
  if (!memory_.take(octets)) return false;
  taken_ += octets;
  return true;
}

void Gathered::add(std::string_view octets) {
  if (full_) return;
  if (body_ == std::string::npos) {
    add_header(octets);
  } else {
    add_body(octets);
  }
}

void Gathered::add_header(std::string_view octets) {
  const auto searched = octets_.size();
  octets_ += octets;
  body_ = message::find_body(octets_, searched);
  if (body_ == std::string::npos) {
    static_cast<void>(take(octets.size()));
    full_ = octets_.size() > message::most_header_octets + 2;  // the relay will refuse it
    return;
  }
  const auto in_header = body_ - searched;
  octets_.resize(body_);
  static_cast<void>(take(in_header));
  add_body(octets.substr(in_header));
}

void Gathered::add_body(std::string_view octets) {
  const auto had = octets_.size() - body_;
  const auto kept = octets.substr(0, had < most_body_ ? most_body_ - had : 0);
  const bool fits = take(kept.size());
  if (fits) octets_ += kept;
  full_ = !fits || kept.size() < octets.size();
}

}  // namespace scop::spamfilter

// A message's octets on their way through: DATA and BDAT.
#include <algorithm>

#include "smtp_session/replies.hpp"
#include "smtp_session/session.hpp"

namespace scop::smtp_session {

namespace {
constexpr std::size_t largest_piece = 65'536;  // handed on at once
}

Session::Next Session::take_data() {
  if (message_->unstuffer.ended()) return finish();
  if (input_.empty()) return wait();
  std::string octets;
  const auto piece = input_.rest().substr(0, largest_piece);
  octets.reserve(piece.size());
  input_.drop(message_->unstuffer.feed(piece, octets));
  return pass_on(std::move(octets));
}

Session::Next Session::take_chunk() {
  if (chunk_left_ == 0) return end_chunk();
  if (input_.empty()) return wait();
  const auto size = std::min<std::uint64_t>({chunk_left_, input_.rest().size(), largest_piece});
  std::string octets(input_.rest().substr(0, size));
  input_.drop(size);
  chunk_left_ -= size;
  return pass_on(std::move(octets));
}

// A chunk that no message wants: the octets are read all the same (RFC 3030 2).
Session::Next Session::drop_chunk() {
  if (chunk_left_ > 0) {
    if (input_.empty()) return wait();
    const auto size = std::min<std::uint64_t>(chunk_left_, input_.rest().size());
    input_.drop(size);
    chunk_left_ -= size;
    return std::nullopt;
  }
  state_ = before_drop_;
  if (after_drop_.permanent()) return refuse(after_drop_);
  say(after_drop_);
  return std::nullopt;
}

Session::Next Session::pass_on(std::string octets) {
  auto& message = *message_;
  if (octets.empty()) return std::nullopt;
  message.watch.feed(octets);
  if (message.watch.seen().size <= profile_.most_octets) return Content{std::move(octets)};
  if (!message.dropped) {
    message.dropped = true;
    message.open = false;
    return Abandon{};
  }
  // Twice the bound: whoever sends on does not listen.
  if (message.watch.seen().size / 2 > profile_.most_octets)
    end(replies::too_big(profile_.most_octets), "message too big");
  return std::nullopt;
}

Session::Next Session::end_chunk() {
  auto& message = *message_;
  if (message.dropped) return refuse_message(replies::too_big(profile_.most_octets));
  if (message.last_chunk) {
    if (message.watch.seen().ends_with_crlf) return finish();
    return pass_on("\r\n");  // the stages take whole lines
  }
  say(replies::chunk_taken(message.watch.seen().size));
  state_ = State::chunking;
  return std::nullopt;
}

Session::Next Session::finish() {
  auto& message = *message_;
  const auto octets = message.watch.finish();
  if (octets.bare() && !message.in_chunks) {
    // Somebody before us may see two messages here; nothing behind it can be trusted (SMTP smuggling).
    end(replies::bare_line_end(), "bare line end");
    return std::nullopt;
  }
  if (message.dropped) return refuse_message(replies::too_big(profile_.most_octets));
  if (octets.bare()) return refuse_message(replies::chunks_with_bare_line_ends());
  if (octets.nul) return refuse_message(replies::has_nul());
  message.open = false;
  state_ = State::finishing;
  const auto body = message.transaction.mail.parameters.body;
  return flush_then(FinishMessage{octets, body == smtp::Body::eight_bit_mime});
}

Session::Next Session::refuse_message(const smtp::Reply& reply) {
  state_ = State::ready;
  const bool open = message_->open;
  message_.reset();
  refuse(reply);
  if (open) return Abandon{};
  return std::nullopt;
}

}  // namespace scop::smtp_session

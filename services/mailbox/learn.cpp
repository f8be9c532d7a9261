#include "mailbox/learn.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "mailbox/pipes.hpp"

namespace scop::mailbox {

namespace {

constexpr int not_learnt = 1;
constexpr int try_again = 111;
constexpr std::size_t piece_octets = 64U << 10U;
constexpr std::uint64_t most_octets = 16U << 20U;  // the filter looks at no more
constexpr std::chrono::seconds patience{60};

using Lessons = pipe::Outgoing<v1::TrainPart, v1::TrainReply>;

int problem(std::string_view what, int status) {
  std::fprintf(stderr, "scop-mailbox: %.*s\n", static_cast<int>(what.size()), what.data());
  return status;
}

Outcome<std::string> read_piece() {
  std::string piece(piece_octets, '\0');
  for (;;) {
    const auto got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(ErrorKind::broken, "standard input cannot be read");
    piece.resize(static_cast<std::size_t>(got));
    return piece;
  }
}

v1::TrainPart head_of(const Lesson& lesson) {
  v1::TrainPart part;
  part.mutable_head()->set_user(lesson.user);
  part.mutable_head()->set_kind(lesson.spam  ? v1::TrainHead::SPAM
                                : lesson.ham ? v1::TrainHead::HAM
                                             : v1::TrainHead::FORGET);
  return part;
}

// An error of write() means that the filter has ended the call: finish() tells how.
Task<pipe::Result<v1::TrainReply>> send(Lessons& call, const Lesson& lesson) {
  auto written = co_await call.write(head_of(lesson), in(patience));
  std::uint64_t sent = 0;
  v1::TrainPart part;
  while (written && sent < most_octets) {
    auto piece = read_piece();
    if (!piece) co_return pipe::fail(pipe::Code::data_loss, piece.error().what);
    if (piece->empty()) break;
    sent += piece->size();
    part.set_data(std::move(*piece));
    written = co_await call.write(part, in(patience));
  }
  part.set_end(true);
  if (written) static_cast<void>(co_await call.write(part, in(patience)));
  co_return co_await call.finish(in(patience));
}

}  // namespace

int teach(const std::filesystem::path& config, const Lesson& lesson) {
  const auto pipes = Pipes::open(config);
  if (!pipes) return problem(pipes.error().what, try_again);
  int status = try_again;
  const auto done = pipes->converse("spamfilter", [&](pipe::Channel& channel) -> Task<> {
    auto call = co_await channel.open(pipe::methods::train, in(patience));
    pipe::Result<v1::TrainReply> reply =
        call ? co_await send(*call, lesson) : std::unexpected(std::move(call.error()));
    if (!reply) {
      problem("spamfilter: " + reply.error().message, try_again);
    } else {
      status = reply->reason().empty() ? 0 : problem(reply->reason(), not_learnt);
    }
  });
  if (!done) return problem(done.error().what, try_again);
  return status;
}

}  // namespace scop::mailbox

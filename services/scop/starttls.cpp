#include "scop/starttls.hpp"

#include <fmt/format.h>

#include <array>

namespace scop::command {

Task<Outcome<smtp::Reply>> read_reply(net::Stream& stream, Deadline deadline) {
  smtp::ReplyParser parser;
  std::array<char, 1024> block{};
  while (!parser.done()) {
    const auto got = co_await stream.read_some(block, deadline);
    if (!got) co_return std::unexpected(got.error());
    const auto taken = parser.feed(std::string_view(block.data(), *got));
    if (!taken) co_return std::unexpected(taken.error());
  }
  co_return parser.take();
}

Task<Outcome<smtp::Reply>> ask_for_tls(net::Stream& stream, std::string_view helo, Deadline deadline) {
  smtp::Reply greeting;
  for (const auto& line : {std::string(), fmt::format("EHLO {}\r\n", helo), std::string("STARTTLS\r\n")}) {
    if (!line.empty()) {
      if (auto sent = co_await stream.write(line, deadline); !sent) co_return std::unexpected(sent.error());
    }
    auto reply = co_await read_reply(stream, deadline);
    if (!reply) co_return std::unexpected(reply.error());
    if (!reply->positive()) co_return failure(ErrorKind::denied, "it says " + smtp::in_one_line(*reply));
    if (line.empty()) greeting = std::move(*reply);
  }
  co_return greeting;
}

}  // namespace scop::command

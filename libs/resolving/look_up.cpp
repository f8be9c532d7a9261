#include "resolving/look_up.hpp"

#include "pipe/method.hpp"

namespace scop::resolving {

namespace {

dns::Answer from_message(v1::Answer message) {
  dns::Answer answer;
  answer.rcode = static_cast<dns::Rcode>(message.rcode() & 0xfU);
  answer.validation = static_cast<dns::Validation>(message.validation());
  answer.canonical_name = std::move(*message.mutable_canonical_name());
  answer.ttl = message.ttl();
  for (auto& record : *message.mutable_records()) answer.records.push_back(std::move(record));
  answer.why = std::move(*message.mutable_why());
  if (message.has_extended_error())
    answer.extended_error = static_cast<std::uint16_t>(message.extended_error());
  answer.stale = message.stale();
  return answer;
}

}  // namespace

Task<dns::Answer> look_up(pipe::Channel& resolver, dns::Question question, std::string trace,
                          Deadline deadline) {
  v1::Question asked;
  asked.set_name(std::move(question.name));
  asked.set_type(static_cast<std::uint32_t>(question.type));
  auto answer = co_await resolver.call(pipe::methods::lookup, asked, deadline, std::move(trace));
  if (answer) co_return from_message(std::move(*answer));
  dns::Answer failed;
  failed.why = "the resolver: " + answer.error().message;
  co_return failed;
}

}  // namespace scop::resolving

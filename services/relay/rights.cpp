#include "rights.hpp"

#include <algorithm>
#include <vector>

#include "core/id.hpp"
#include "limits.hpp"
#include "receipts.hpp"

namespace scop::relay {

namespace {

using Resolved = pipe::Result<v1::ResolveReply>;

// The questions under way for one envelope; it outlives its asker if that is cancelled.
struct Questions {
  explicit Questions(const Executor& executor) : done(executor, Deadline::max()) {}

  std::vector<std::string> addresses;
  std::string reverse_path;
  std::string trace;
  std::vector<Resolved> answers;
  std::size_t next = 0;
  std::size_t asking = 0;
  Timer done;
};

Task<> ask(Addresses& addresses, std::shared_ptr<Questions> questions) {
  while (questions->next < questions->addresses.size()) {
    const auto i = questions->next++;
    questions->answers[i] =
        co_await addresses.resolve(questions->addresses[i], questions->reverse_path, questions->trace);
    if (!questions->answers[i]) questions->next = questions->addresses.size();
  }
  if (--questions->asking == 0) questions->done.cancel();
}

Task<std::vector<Resolved>> resolve_all(Addresses& addresses, const v1::Envelope& envelope) {
  const auto executor = co_await asio::this_coro::executor;
  const auto questions = std::make_shared<Questions>(executor);
  questions->reverse_path = envelope.reverse_path();
  questions->trace = envelope.trace();
  for (const auto& recipient : envelope.recipients()) questions->addresses.push_back(recipient.address());
  questions->answers.resize(questions->addresses.size(),
                            pipe::fail(pipe::Code::unavailable, "it was not asked"));
  const auto askers = std::min(limits::resolves, questions->addresses.size());
  questions->asking = askers;
  // The last one is asked by this coroutine: a message for one recipient needs no other.
  for (std::size_t i = 1; i < askers; ++i) {
    asio::co_spawn(executor, ask(addresses, questions), asio::detached);
  }
  co_await ask(addresses, questions);
  while (questions->asking > 0) {
    boost::system::error_code error;
    co_await questions->done.async_wait(asio::redirect_error(use_task, error));
  }
  co_return std::move(questions->answers);
}

bool leads_nowhere(const v1::ResolveReply& reply) {
  return reply.kind() == v1::ResolveReply::NO_SUCH_USER || reply.kind() == v1::ResolveReply::DISABLED;
}

}  // namespace

bool may_send(std::string_view caller, v1::Role role) {
  if (caller == "verifier") return role == v1::ROLE_RECEIVED;
  return caller == "signer" && role != v1::ROLE_RECEIVED;
}

Task<std::optional<v1::Receipt>> check_rights(Addresses& addresses, const Log& log, std::string caller,
                                              const v1::Envelope& envelope) {
  if (caller == "signer") co_return std::nullopt;
  const auto answers = co_await resolve_all(addresses, envelope);
  if (!std::ranges::all_of(answers, [](const Resolved& answer) { return answer.has_value(); })) {
    co_return deferred(451, "4.3.0", "Temporary trouble, try again later");
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i]->kind() != v1::ResolveReply::NOT_OURS) continue;
    log.warning("relaying denied", {{"id", Id::from_octets(envelope.id())->text()},
                                    {"caller", caller},
                                    {"recipient", envelope.recipients(static_cast<int>(i)).address()}});
    co_return refused(550, "5.7.1", "Relaying denied");
  }
  // Gone since the edge asked; where some are left, the others' fate is told by notification or not at all.
  if (!std::ranges::all_of(answers, [](const Resolved& answer) { return leads_nowhere(*answer); })) {
    co_return std::nullopt;
  }
  if (answers.front()->kind() == v1::ResolveReply::DISABLED) {
    co_return refused(550, "5.2.1", "The mailbox is disabled");
  }
  co_return refused(550, "5.1.1", "There is no such user here");
}

}  // namespace scop::relay

#include "receiver/inquiry.hpp"

#include "resolving/asking.hpp"
#include "verify/iprev.hpp"

namespace scop::receiver {

// All that the DNS is asked, as one decision.
struct Inquiry::Questions {
  guests::Blocklists blocklists;
  verify::Iprev iprev;

  std::vector<dns::Question> wanted() const {
    auto questions = blocklists.wanted();
    if (!iprev.done())
      for (auto& question : iprev.wanted()) questions.push_back(std::move(question));
    return questions;
  }
  void answer(const dns::Question& question, const dns::Answer& answer) {
    blocklists.answer(question, answer);
    if (!iprev.done()) iprev.answer(question, answer);
  }
  bool done() const { return blocklists.done() && iprev.done(); }
};

Inquiry::Inquiry(World& world, const dns::Address& client, std::string trace)
    : world_(world),
      client_(client),
      trace_(std::move(trace)),
      deadline_(in(world.settings.dns_timeout)),
      questions_(std::make_shared<Questions>(guests::Blocklists(client, world.defences->blocklists),
                                             verify::Iprev(client))),
      waiting_(*world.edge.io, deadline_) {}

std::shared_ptr<Inquiry> Inquiry::begin(World& world, const dns::Address& client, std::string trace) {
  const std::shared_ptr<Inquiry> inquiry(new Inquiry(world, client, std::move(trace)));
  inquiry->under_way_ = 2;
  asio::co_spawn(*world.edge.io, ask_dns(inquiry), asio::detached);
  asio::co_spawn(*world.edge.io, ask_spamfilter(inquiry), asio::detached);
  return inquiry;
}

Task<> Inquiry::ask_dns(std::shared_ptr<Inquiry> self) {
  co_await resolving::settle(*self->world_.resolver, *self->questions_, self->trace_, self->deadline_);
  self->log_errors();
  self->arrived();
}

Task<> Inquiry::ask_spamfilter(std::shared_ptr<Inquiry> self) {
  v1::ReputationRequest request;
  request.set_address(self->client_.text());
  const auto reply = co_await self->world_.spamfilter->call(pipe::methods::reputation, request,
                                                            self->deadline_, self->trace_);
  if (reply) {
    self->reputation_ = {.spammer = reply->standing() == v1::ReputationReply::SPAMMER,
                         .spam_share = reply->score(),
                         .reason = reply->reason()};
  } else {
    self->world_.edge.log->debug("spamfilter did not answer", {{"reason", reply.error().message}});
  }
  self->arrived();
}

void Inquiry::arrived() {
  if (--under_way_ == 0) waiting_.cancel();
}

void Inquiry::log_errors() const {
  for (const auto& error : questions_->blocklists.errors())
    world_.edge.log->warning("blocklist not usable", {{"client", client_.text()}, {"reason", error}});
}

Task<guests::Standing> Inquiry::standing() {
  if (under_way_ > 0) {
    boost::system::error_code ignored;
    co_await waiting_.async_wait(asio::redirect_error(use_task, ignored));
  }
  const bool is_known = questions_->iprev.done();
  const auto& name = questions_->iprev.result();
  co_return guests::standing_of(
      {.blocklists = &questions_->blocklists,
       .reputation = reputation_,
       .name = is_known && name.result == verify::IprevResult::pass ? name.name : std::string(),
       .iprev = is_known ? verify::name_of(name.result) : std::string_view()},
      world_.defences->standing);
}

}  // namespace scop::receiver

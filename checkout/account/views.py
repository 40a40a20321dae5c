"""Sign in, sign up, see one's orders."""

from django.contrib import messages
from django.contrib.auth import login, views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from checkout import orders, states
from checkout.account.forms import RegistrationForm, SignInForm


class SignIn(views.LoginView):
    """Sign in with an e-mail address; the basket comes along."""

    template_name = "account/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Open an account and sign in."""
    form = RegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (user := form.save()):
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        messages.success(request, "Your account is open.")
        return redirect(_next(request))
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    status = 422 if form.is_bound else 200
    return render(request, "account/register.html", context, status=status)


@never_cache
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show a reader's orders."""
    found = [
        {"order": order, "url": orders.order_url(order), "state": states.BRIEF[order.status]}
        for order in orders.orders_of(user=request.user)
    ]
    return render(request, "account/home.html", {"orders": found})


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if wanted and is_ours else "account:home"

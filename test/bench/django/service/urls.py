from rest_framework.routers import DefaultRouter

from service.views import TodoViewSet

router = DefaultRouter()
router.register("todo", TodoViewSet, basename="todo")

urlpatterns = router.urls
